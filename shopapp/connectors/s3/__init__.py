"""S3's protocol: AWS, Backblaze B2, Cloudflare R2, MinIO."""
