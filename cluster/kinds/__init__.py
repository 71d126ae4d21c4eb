"""What kind of text an article is: the numbers and phrases that fitted models tell its type and theme from."""
