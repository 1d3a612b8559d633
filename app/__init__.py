"""People and programs in front of the graph: REST, the command line, the page."""
