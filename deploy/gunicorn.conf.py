"""How gunicorn serves the desk, in the trial and in production.

How many workers and threads there are, and where it listens, says the command line.
"""

worker_class = "gthread"
timeout = 60
graceful_timeout = 8
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
# No control socket in the home directory of whoever runs this.
control_socket_disable = True
# Nobody's word counts for scheme or address here; Django reads X-Forwarded-Proto where it is told to.
forwarded_allow_ips = ""
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
