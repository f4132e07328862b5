"""The web server and its limits: connections, the bodies of requests, health checks."""
