#include "format/toml_scalar.h"

#include <string.h>

#include "base/str.h"

uint32_t
toml_digit(char c)
{
	int value = ascii_hex(c);

	return value < 0 ? 16 : (uint32_t)value;
}

/* The match_*() functions return the end of what starts at P; NULL if nothing of
 * the kind does. */

static const char *
match_digits(const char *p, const char *end, unsigned base)
{
	if (p == end || toml_digit(*p) >= base)
		return NULL;
	for (p++; p < end; p++) {
		if (*p == '_' && end - p > 1 && toml_digit(p[1]) < base)
			p++;
		else if (toml_digit(*p) >= base)
			break;
	}
	return p;
}

static const char *
match_based(const char *p, const char *end)
{
	if (end - p < 3 || *p != '0')
		return NULL;
	switch (p[1]) {
	case 'x':
		return match_digits(p + 2, end, 16);
	case 'o':
		return match_digits(p + 2, end, 8);
	case 'b':
		return match_digits(p + 2, end, 2);
	default:
		return NULL;
	}
}

static const char *
match_fraction(const char *p, const char *end)
{
	return p < end && *p == '.' ? match_digits(p + 1, end, 10) : NULL;
}

static const char *
match_exponent(const char *p, const char *end)
{
	if (p == end || ascii_lower(*p) != 'e')
		return NULL;
	p++;
	if (p < end && (*p == '+' || *p == '-'))
		p++;
	return match_digits(p, end, 10);
}

static const char *
match_number(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_based(p, end);

	*kind = TOML_INTEGER;
	if (next)
		return next;
	if (p < end && (*p == '+' || *p == '-'))
		p++;
	if (end - p >= 3 &&
	    (memcmp(p, "inf", 3) == 0 || memcmp(p, "nan", 3) == 0)) {
		*kind = TOML_FLOAT;
		return p + 3;
	}
	p = p < end && *p == '0' ? p + 1 : match_digits(p, end, 10);
	if (p && (next = match_fraction(p, end))) {
		*kind = TOML_FLOAT;
		p = next;
	}
	if (p && (next = match_exponent(p, end))) {
		*kind = TOML_FLOAT;
		p = next;
	}
	return p;
}

/* Match FORM, in which a 0 stands for a digit. */
static const char *
match_form(const char *p, const char *end, const char *form)
{
	for (; *form; form++, p++) {
		if (p == end ||
		    (*form == '0' ? !ascii_is_digit(*p) : *p != *form))
			return NULL;
	}
	return p;
}

static int
two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static const char *
match_time(const char *p, const char *end)
{
	const char *next = match_form(p, end, "00:00:00");

	if (!next || two_digits(p) > 23 || two_digits(p + 3) > 59 ||
	    two_digits(p + 6) > 59)
		return NULL;
	if (end - next > 1 && *next == '.' && ascii_is_digit(next[1])) {
		next++;
		while (next < end && ascii_is_digit(*next))
			next++;
	}
	return next;
}

static const char *
match_offset(const char *p, const char *end)
{
	const char *next;

	if (p < end && ascii_lower(*p) == 'z')
		return p + 1;
	if (p == end || (*p != '+' && *p != '-'))
		return NULL;
	next = match_form(p + 1, end, "00:00");
	return next && two_digits(p + 1) < 24 && two_digits(p + 4) < 60 ? next
	                                                                : NULL;
}

static const char *
match_date(const char *p, const char *end)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };
	const char *next = match_form(p, end, "0000-00-00");
	int year, month, day;
	bool leap;

	if (!next)
		return NULL;
	year = two_digits(p) * 100 + two_digits(p + 2);
	month = two_digits(p + 5);
	day = two_digits(p + 8);
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return NULL;
	return day <= days[month - 1] + (leap && month == 2) ? next : NULL;
}

static const char *
match_datetime(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_date(p, end), *more;

	*kind = TOML_LOCAL_DATE;
	if (!next || next == end || (ascii_lower(*next) != 't' && *next != ' '))
		return next;
	more = match_time(next + 1, end);
	if (!more)
		return next;
	*kind = TOML_LOCAL_DATETIME;
	next = match_offset(more, end);
	if (!next)
		return more;
	*kind = TOML_OFFSET_DATETIME;
	return next;
}

static const char *
match_boolean(const char *p, const char *end)
{
	if (end - p >= 4 && memcmp(p, "true", 4) == 0)
		return p + 4;
	return end - p >= 5 && memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
}

const char *
toml_match_scalar(const char *p, const char *end, enum toml_kind *kind)
{
	const char *next = match_boolean(p, end);

	*kind = TOML_BOOLEAN;
	if (next)
		return next;
	if (match_form(p, end, "0000-00-00"))
		return match_datetime(p, end, kind);
	next = match_time(p, end);
	*kind = TOML_LOCAL_TIME;
	return next ? next : match_number(p, end, kind);
}
