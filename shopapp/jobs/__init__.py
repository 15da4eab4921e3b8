"""The ledger of background work: enqueue with the business row, claim, lease, retry."""
