"""What Excel loads: the module of functions, the text of its Visual Basic module, notes and a checklist."""
