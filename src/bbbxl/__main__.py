"""Run the command line with `python -m bbbxl`."""

from bbbxl.cli.main import run

if __name__ == "__main__":
    run()
