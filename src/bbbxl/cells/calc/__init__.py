"""LibreOffice Calc as a front end: the extension, made from the registry, and what it hands over."""
