/*
 * message.h - framed messages over the socket pair between the runner's side and a worker
 *
 * A message is a fixed head (kind, size) and `size` bytes. The parent's messages may carry one open file descriptor. Both
 * sides check sizes before they allocate: a worker may have been taken over by the file it reads.
 */
#ifndef SOHOA_MESSAGE_H
#define SOHOA_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

struct error;

enum message_kind {
	/* to the worker */
	MESSAGE_INSPECT = 1, /* fd; no payload */
	MESSAGE_UNPACK,      /* fd; no payload */
	MESSAGE_PAGE,        /* fd; JSON {original, media, file_page} */
	MESSAGE_PAPERS,      /* JSON line {code, title, pages: [{file, file_page, lost, restricted}]}, then one page text per page not lost */
	MESSAGE_PICTURE,     /* fd; JSON {original, media, file_page, boxes: [[x, y, w, h, label]], width: at most so many pixels} */
	MESSAGE_ENCODED,     /* fd; JSON {original, media, file_page} */
	MESSAGE_SIGNATURES,  /* fd; no payload; answer: JSON {roots, pages, signatures: [{integrity, trust, ...}]} (signing.c) */
	MESSAGE_ENGINE,      /* no payload; answer: JSON {engine, model}: what pages are read with, for a person (ocr.h) */
	/* from the worker */
	MESSAGE_READY = 100, /* warm and locked in; payload: what the recipe is made of */
	MESSAGE_STAGE,       /* payload: name of the room that begins now (restarts the deadline) */
	MESSAGE_DONE,        /* payload: the result */
	MESSAGE_FAILED,      /* JSON {reach, reason, text} */
	MESSAGE_MEMBER,      /* unpack: a member begins; payload: its name */
	MESSAGE_BYTES,       /* unpack: its bytes */
	MESSAGE_MEMBER_END,
	MESSAGE_REFUSED      /* unpack: JSON head as MESSAGE_FAILED, NUL, name */
};

struct message {
	enum message_kind kind;
	size_t size;
	char *payload; /* malloc'ed, NUL behind; NULL in a head without payload */
	int fd;        /* -1 or a descriptor that now belongs to the receiver */
};

#define MESSAGE_MAX ((size_t)1 << 30) /* an encoded A0 page in colour; pictures; papers of a whole dossier */

/* Sends all of it; fd -1 for none. 0, or -1 with errno set. */
int message_send(int sock, enum message_kind kind, const void *payload, size_t size, int fd);

/* Receives one whole message. 1, 0 at the end of the stream, -1 with errno set (EPROTO: broken frame, EMSGSIZE: above max). */
int message_receive(int sock, struct message *message, size_t max);
void message_release(struct message *message);

/* An error as payload of MESSAGE_FAILED, and back. The reason comes back as the code's own row in reason.c, never as foreign text. */
char *message_error(const struct error *err, size_t *size);
void message_parse_error(const char *payload, size_t size, struct error *err);

#endif
