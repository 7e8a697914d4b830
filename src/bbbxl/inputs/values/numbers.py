"""Numbers as exports write them: the decimal mark decided on evidence, each distinct text read once, exactly."""
