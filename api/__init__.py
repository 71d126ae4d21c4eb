"""Events out to people and programs: REST, pages and the widget."""
