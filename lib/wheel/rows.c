#include "wheel/rows.h"

#include <errno.h>
#include <string.h>

enum row_kind {
	ROW_ABSENT,
	ROW_SHA256, /* and the member's size */
	ROW_OTHER,  /* SUM begins with its number among the others */
};

struct packed_row {
	unsigned char kind;
	bool misspelt;
	unsigned char sum[32]; /* of SHA-256 */
};

enum { NAME_LEN = 6 }; /* of "sha256" and the others */

void
rows_init(struct rows *r, size_t count, struct arena *a)
{
	*r = (struct rows){ .arena = a };
	r->list = arena_zero(a, count + 1, sizeof(*r->list));
}

/* Return whether HASH is missing, or too weak to verify. */
static bool
is_no_hash(const char *hash)
{
	const char *value = strchr(hash, '=');
	enum digest_kind kind;

	return !value || !value[1] ||
	       !digest_kind_parse(hash, (size_t)(value - hash), &kind);
}

/* Read HASH, in base64 of either alphabet, padded or not, or in hexadecimal. */
static bool
parse_hash(const char *hash, struct digest_value *v, bool *misspelt)
{
	char text[16 + 2 * DIGEST_MAX];
	size_t n = strlen(hash);

	*misspelt = !digest_parse_record(hash, n, &v->kind, v->sum);
	if (!*misspelt)
		return true;
	if (n >= sizeof(text) || n <= NAME_LEN || hash[NAME_LEN] != '=' ||
	    !digest_kind_parse(hash, NAME_LEN, &v->kind))
		return false;
	if (digest_parse_hex(hash + NAME_LEN + 1, n - NAME_LEN - 1, v->kind,
	                     v->sum))
		return true;
	memcpy(text, hash, n + 1);
	for (size_t i = NAME_LEN + 1; i < n; i++) {
		if (text[i] == '+')
			text[i] = '-';
		else if (text[i] == '/')
			text[i] = '_';
	}
	while (n > NAME_LEN + 1 && text[n - 1] == '=')
		n--;
	return digest_parse_record(text, n, &v->kind, v->sum);
}

/* Write N in decimal to TEXT, and return its first digit. */
static char *
put_size(char text[24], uint64_t n)
{
	char *p = text + 23;

	*p = '\0';
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	return p;
}

/* Return whether TEXT is SIZE in decimal, maybe with zeros in front. */
static bool
is_size(const char *text, uint64_t size)
{
	uint64_t n = 0;

	for (; *text >= '0' && *text <= '9' && n < UINT64_MAX / 10 - 1; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return !*text && n == size;
}

/* Return the size that a row has for a member of SIZE bytes, where RECORD says TEXT:
 * TEXT, or in a row that is DESCRIBED anew the right one, in SPACE; "?" if it is wrong. */
static const char *
choose_size(const char *text, uint64_t size, bool described, char space[24])
{
	if (*text && !is_size(text, size))
		return "?";
	return described || strlen(text) >= 24 ? put_size(space, size) : text;
}

/* Make P, of R, hold ROW, of a member of SIZE bytes; of what cannot be used, only that
 * it is there. Pip describes a file anew whose hash is misspelt. */
static void
store(struct rows *r, struct packed_row *p, uint64_t size,
      const struct record_row *row)
{
	uint32_t number = (uint32_t)r->other_count;
	bool none = is_no_hash(row->hash), parsed, misspelt = false;
	struct digest_value v;
	const char *text;
	char space[24], right[24];
	struct buf hash;

	parsed = !none && parse_hash(row->hash, &v, &misspelt);
	p->misspelt |= parsed && misspelt;
	text = choose_size(row->size, size, parsed && misspelt, space);
	if (parsed && v.kind == DIGEST_SHA256 &&
	    strcmp(text, put_size(right, size)) == 0) {
		p->kind = ROW_SHA256;
		memcpy(p->sum, v.sum, sizeof(p->sum));
		return;
	}
	buf_init(&hash, r->arena);
	if (parsed)
		digest_put_record(&hash, v.kind, v.sum);
	else
		buf_puts(&hash, none ? "" : "sha256=?");
	r->others = arena_more(r->arena, r->others, number, &r->other_room,
	                       sizeof(*r->others));
	r->others[r->other_count++] = (struct record_row){
		"", buf_str(&hash), arena_str(r->arena, text) };
	p->kind = ROW_OTHER;
	memcpy(p->sum, &number, sizeof(number));
}

/* Merge ROW into LAST, a row of the same file. Return false if they contradict. */
static bool
merge(struct record_row *last, const struct record_row *row)
{
	struct digest_value one, other;
	bool misspelt;

	if (*last->size && *row->size && strcmp(last->size, row->size) != 0)
		return false;
	if (!*last->size)
		last->size = row->size;
	if (is_no_hash(row->hash))
		return true;
	if (is_no_hash(last->hash)) {
		last->hash = row->hash;
		return true;
	}
	if (!parse_hash(last->hash, &one, &misspelt) ||
	    !parse_hash(row->hash, &other, &misspelt))
		return strcmp(last->hash, row->hash) == 0;
	/* two kinds of one file cannot be compared: the stronger is verified */
	if (other.kind > one.kind)
		last->hash = row->hash;
	return other.kind != one.kind ||
	       memcmp(one.sum, other.sum, digest_size(one.kind)) == 0;
}

bool
rows_add(struct rows *r, size_t i, uint64_t size, const struct record_row *row)
{
	struct packed_row *p = &r->list[i];
	struct record_row merged = *row;
	struct row_text text;

	if (p->kind != ROW_ABSENT) {
		const struct record_row before = rows_get(r, i, size, &text);

		merged = before;
		if (!merge(&merged, row))
			return false;
		/* however often a row is repeated, it is stored once */
		if (merged.hash == before.hash && merged.size == before.size)
			return true;
	}
	store(r, p, size, &merged);
	return true;
}

bool
rows_has(const struct rows *r, size_t i)
{
	return r->list[i].kind != ROW_ABSENT;
}

bool
rows_is_misspelt(const struct rows *r, size_t i)
{
	return r->list[i].misspelt;
}

static const struct record_row *
other_of(const struct rows *r, const struct packed_row *p)
{
	uint32_t number;

	memcpy(&number, p->sum, sizeof(number));
	return &r->others[number];
}

bool
rows_has_size(const struct rows *r, size_t i, uint64_t size)
{
	const struct packed_row *p = &r->list[i];
	const char *text = p->kind == ROW_OTHER ? other_of(r, p)->size : "";

	return !*text || is_size(text, size);
}

struct record_row
rows_get(const struct rows *r, size_t i, uint64_t size, struct row_text *text)
{
	const struct packed_row *p = &r->list[i];
	struct arena memory;
	struct buf hash;

	if (p->kind == ROW_ABSENT)
		return (struct record_row){ "", "", "" };
	if (p->kind == ROW_OTHER)
		return *other_of(r, p);
	arena_init(&memory, text->hash, sizeof(text->hash));
	buf_init(&hash, &memory);
	digest_put_record(&hash, DIGEST_SHA256, p->sum);
	return (struct record_row){ "", buf_str(&hash),
		                    put_size(text->size, size) };
}

int
rows_digest(const struct rows *r, size_t i, struct digest_value *v)
{
	const struct packed_row *p = &r->list[i];
	bool misspelt;

	if (p->kind == ROW_SHA256) {
		v->kind = DIGEST_SHA256;
		memcpy(v->sum, p->sum, sizeof(p->sum));
		return 1;
	}
	if (p->kind == ROW_ABSENT || is_no_hash(other_of(r, p)->hash))
		return 0;
	return parse_hash(other_of(r, p)->hash, v, &misspelt) ? 1 : -EINVAL;
}

void
rows_set_sha256(const struct rows *r, size_t i, const unsigned char *sum)
{
	struct packed_row *p = &r->list[i];

	p->kind = ROW_SHA256;
	memcpy(p->sum, sum, sizeof(p->sum));
}
