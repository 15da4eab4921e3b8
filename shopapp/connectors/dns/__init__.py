"""What a domain says about its mail: MX, SPF, DKIM and DMARC, looked up and judged."""
