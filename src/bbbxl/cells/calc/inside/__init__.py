"""What runs inside LibreOffice, in its own Python from 3.8 on, with the standard library alone."""
