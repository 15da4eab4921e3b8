"""The WSGI entry point: works under any WSGI server."""

from shopapp import create_app

application = app = create_app()
