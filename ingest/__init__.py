"""The worker: an Article in, Events out. Imports only `graph`."""
