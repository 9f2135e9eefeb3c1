#include "format/line.h"

#include "base/utf8.h"

const char *
line_flaw(const char *s, size_t n)
{
	while (n > 0) {
		uint32_t cp = (unsigned char)*s;
		size_t len = cp < 0x80 ? 1 : utf8_decode(s, n, &cp);

		if (len == 0)
			return "not UTF-8";
		if ((cp < 0x20 && cp != '\t') || cp == 0x7f)
			return "a control character";
		if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
			return "a line separator";
		if (cp == 0xfeff)
			return "a byte order mark";
		s += len;
		n -= len;
	}
	return NULL;
}
