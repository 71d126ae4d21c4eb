"""Fits the models that the product only evaluates; nothing at run time imports this."""
