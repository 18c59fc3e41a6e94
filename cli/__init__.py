"""The command line: parse, call, print; `serve` builds every part and hands it its neighbours."""
