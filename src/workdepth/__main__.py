"""``python -m workdepth``: the command line."""

from workdepth.cli import main

if __name__ == "__main__":
    main()
