"""
Made-up TOML documents: valid ones, those whose statements conflict, and those
that a change of some bytes has made of either.
"""

KEYS = ["a", "a", "b", "b", "c", "d", "1", "-", "_x", '"a"', "'b'", '""', "''",
        '"\\u0061"', '"c.d"', "'é'", '"\\n"', "é", "a b", "'''a'''", '"', ""]
STRINGS = ['""', "''", '"x"', "'x'", '"\\t\\"\\\\"', "'\\'", '"é€😀"',
           '"\\u00e9\\U0001F600"', '"\\u0000"', '"\\uD800"', '"\\uDFFF"',
           '"\\U00110000"', '"\\U0010ffff"', '"\\u12"', '"\\x41"', '"\\e"',
           '"\\/"', '"a\tb"', '"a\x0bb"', "'\x7f'", "'\x85'", '"a\nb"',
           '"""a\nb"""', '"""\na"""', '"""\n\na"""', "'''\na\n'''",
           '"""a\\\n   b"""', '"""a\\  \n\n \t b"""', '"""a\\ b"""',
           '"""\\"""', '""""a""""', '"""""a"""""', '""""""', '"""""""',
           '""""""""', '"""""""""', "''''a''''", "'''''''", "'''\\'''",
           '"""a\rb"""', '"""a\r\nb\\\r\n  c"""', "'''a\r\nb'''", '"""a',
           "'''a", '"a', "'a", '"""\x00"""', '"\ufeff"', '"""\\ \t"""',
           '"""\\\n"""', '"""a""b"""', '"""a"""b"""', "'a'b'"]
INTEGERS = ["0", "1", "-1", "+1", "-0", "+0", "00", "01", "-01", "1_000", "_1",
            "1_", "1__0", "0_1", "0x1F", "0xf_f", "0x_f", "0xf_", "0X1", "0x",
            "-0x1", "0o17", "0o8", "0O7", "0b101", "0b2", "0b", "+0b1",
            "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "1 2", "1.", "++1", "+-1", "+", "-"]
FLOATS = ["0.0", "1.5", "-1.5e3", "+1E-2", "1e6", "1e+06", "1.e1", ".5", "5.",
          "1e", "1e+", "1.5_0", "1_0.5", "1._5", "1.5_", "1e1_0", "1e_1",
          "01.5", "00e1", "0e1", "-0.0", "inf", "-inf", "+inf", "nan", "-nan",
          "+nan", "Inf", "NaN", "infinity", "1.5.5", "1e1.5", "in", "1e400"]
BOOLEANS = ["true", "false", "True", "tru", "truefalse", "fals", "TRUE"]
TEMPLATES = ["%Y-%M-%D", "%h:%m:%s", "%Y-%M-%DT%h:%m:%s", "%Y-%M-%D %h:%m:%s",
             "%Y-%M-%Dt%h:%m:%s%f", "%h:%m:%s%f", "%Y-%M-%DT%h:%m:%s%f%z",
             "%Y-%M-%D %h:%m:%s%z", "%Y-%M-%D  %h:%m:%s", "%Y-%M-%DT",
             "%Y-%M-%D %h:%m", "%h:%m", "%h:%m:%s%z", "%Y-%M", "%Y-%M-%D%z"]
PARTS = {
    "%Y": ["2024", "1900", "2000", "2023", "0001", "9999", "0000", "24",
           "20240"],
    "%M": ["01", "02", "02", "04", "12", "00", "13", "1"],
    "%D": ["01", "28", "29", "29", "30", "31", "00", "32", "1"],
    "%h": ["00", "12", "23", "24", "1"],
    "%m": ["00", "59", "60", "1"],
    "%s": ["00", "59", "60", "61", "1"],
    "%f": [".5", ".123456", ".1234567", ".000", ".", ",5", "._1"],
    "%z": ["Z", "z", "+00:00", "-23:59", "+24:00", "+01:60", "+1:00", "+0100",
           "-00:00", " Z"],
}
SPLINTERS = ['"', "'", '"""', "'''", "[", "]", "[[", "]]", "{", "}", ",", ".",
             "=", "#", "\n", "\r", "\r\n", "\\", "\\\n", " ", "\t", "_", "-",
             "+", "0", "1", "a", "e", "T", "Z", ":", "\x00", "\x1f", "\x7f",
             "é", "\ufeff", "\u2028", "[a]\n", "[[a]]\n", "a = 1\n", "a.b = 1\n",
             "{a = 1}", "[1]", "\f"]
RAW = [b"\x80", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82",
       b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80"]


def pick(source, usual, all_of_them):
    """Mostly one of the first few, which are valid."""
    return source.choice(all_of_them[:usual] if source.random() < 0.9
                         else all_of_them)


def blank(source):
    """Blanks, mostly none."""
    return source.choice(["", "", "", " ", " ", "\t", "  "])


def key(source):
    """A key, perhaps dotted."""
    parts = [pick(source, 14, KEYS)]
    while source.random() < 0.35:
        parts.append(pick(source, 6, KEYS))
    dot = blank(source) + "." + blank(source)
    return blank(source) + dot.join(parts) + blank(source)


def date(source):
    """A date, a time or both."""
    text = pick(source, 8, TEMPLATES)
    for name, choices in PARTS.items():
        usual = 4 if name == "%z" else 3 if len(choices) > 5 else 2
        text = text.replace(name, pick(source, usual, choices))
    return text


def lines(source):
    """Return blanks, line ends or comments between the elements of an array."""
    return source.choice(["", "", " ", " ", "\n", "\r\n", " # x\n", "\n\n\t"])


def array(source, depth):
    """An array."""
    text = "[" + lines(source)
    count = source.randint(0, 3)
    for i in range(count):
        text += value(source, depth + 1) + lines(source)
        if i < count - 1 or source.random() < 0.2:
            text += "," + lines(source)
    return text + "]"


def inline_table(source, depth):
    """An inline table."""
    pairs = [key(source) + "=" + blank(source) + value(source, depth + 1)
             for _ in range(source.randint(0, 3))]
    end = source.choice([","] + ["\n"] + [""] * 28)
    return "{" + blank(source) + ("," + blank(source)).join(pairs) + end + "}"


def value(source, depth=0):
    """Any value."""
    kind = source.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return pick(source, 8, STRINGS)
    if kind == 1:
        return source.choice(STRINGS) if source.random() < 0.3 else '"y"'
    if kind == 2:
        return pick(source, 5, INTEGERS)
    if kind == 3:
        return pick(source, 6, FLOATS)
    if kind == 4:
        return pick(source, 2, BOOLEANS)
    if kind == 5:
        return date(source)
    return (array if kind == 6 else inline_table)(source, depth)


def statement(source):
    """A line, mostly."""
    kind = source.random()
    if kind < 0.2:
        return "[" + key(source) + "]"
    if kind < 0.4:
        return "[[" + key(source) + "]]"
    if kind < 0.45:
        return source.choice(["", "#", "# é", "#\x01", "\t", "[ [a] ]", "[]",
                              "a", "= 1", "[a", "[[a]", "# \x7f"])
    return key(source) + "=" + blank(source) + value(source)


def document(source):
    """A document."""
    text = ""
    for _ in range(source.choice([1, 1, 1, 2, 2, 3, 4, 6])):
        text += blank(source) + statement(source) + source.choice(
            ["", "", "", " ", " # x"]) + source.choice(
                ["\n"] * 8 + ["\r\n"] * 2 + ["\r", ""])
    return text.encode()


def tables(source):
    """A document of few keys, in which tables are defined in all ways."""
    def names(most):
        return ".".join(source.choice("aabc")
                        for _ in range(source.randint(1, most)))

    text = ""
    for _ in range(source.randint(2, 7)):
        kind = source.random()
        if kind < 0.3:
            text += "[%s]\n" % names(4)
        elif kind < 0.5:
            text += "[[%s]]\n" % names(3)
        else:
            text += "%s = %s\n" % (names(3), source.choice(
                ["1", "1", "{}", "[]", "[{}]", "{%s = 1, %s = {}, %s = 2}" % (
                    names(2), names(2), names(2))]))
    return text.encode()


def mutate(source, document_bytes, others):
    """The same with some bytes changed."""
    text = document_bytes
    for _ in range(source.choice([1, 1, 1, 2, 3])):
        i = source.randint(0, len(text))
        j = min(len(text), i + source.choice([0, 0, 1, 1, 2, 5, 20]))
        kind = source.random()
        if kind < 0.5:
            new = source.choice(SPLINTERS).encode()
        elif kind < 0.55:
            new = source.choice(RAW)
        elif kind < 0.7:
            other = source.choice(others)
            k = source.randint(0, len(other))
            new = other[k:k + source.choice([1, 4, 16, 64])]
        elif kind < 0.85:
            # a line moves or comes twice
            rows = text.split(b"\n")
            row = source.choice(rows)
            if source.random() < 0.5:
                rows.remove(row)
            rows.insert(source.randint(0, len(rows)), row)
            text = b"\n".join(rows)
            continue
        else:
            new = b""
        text = text[:i] + new + text[j:]
    return text
