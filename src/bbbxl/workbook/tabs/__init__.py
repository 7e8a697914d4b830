"""One module a tab; each writes its sheet and says where its figures stand."""
