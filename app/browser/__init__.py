"""What Neo4j Browser is given: a guide, a style, favourites, and links into it.

The files beside this module are read from the installed package, so that they are there without
a checkout.
"""
