"""Fits the models that cluster evaluates, from labelled articles. Nothing at run time imports this."""
