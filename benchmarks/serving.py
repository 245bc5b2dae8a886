def show(cases):
    pass
