"""What every test stands on: the settings of the tests, and a database that the environment names."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
