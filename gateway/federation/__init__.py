"""What another server says of people: asked, and judged before it is believed.

OpenID Connect and LTI share it: requests that are bounded, keys that are looked for anew, tokens
that are opened by them, and attempts that are answered once.
"""
