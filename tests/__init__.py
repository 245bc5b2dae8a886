"""The test suite; ``cast`` holds its people, ``services`` its servers, ``matrix`` its numbers."""
