#include "pipeline/message.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pipeline/arena.h"
#include "pipeline/error.h"
#include "pipeline/reason.h"

struct head {
	uint32_t magic, kind;
	uint64_t size;
};

#define MAGIC 0x736F686FU /* "soho" */

static int send_all(int sock, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = send(sock, bytes, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The head carries the descriptor; it is 16 bytes and always goes out whole on a fresh stream socket, but we do not count on it. */
static int send_head(int sock, const struct head *head, int fd)
{
	struct iovec part = { (void *)head, sizeof *head };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *c;

		m.msg_control = control.bytes;
		m.msg_controllen = sizeof control.bytes;
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	do
		n = sendmsg(sock, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	return send_all(sock, (const char *)head + n, sizeof *head - (size_t)n);
}

int message_send(int sock, enum message_kind kind, const void *payload, size_t size, int fd)
{
	struct head head = { MAGIC, (uint32_t)kind, size };

	if (send_head(sock, &head, fd) < 0)
		return -1;
	return send_all(sock, payload, size);
}

/* 1 all, 0 end of stream before the first byte, -1. */
static int receive_all(int sock, char *bytes, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = recv(sock, bytes + got, size - got, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0) {
			errno = EPROTO;
			return got ? -1 : 0;
		}
		got += (size_t)n;
	}
	return 1;
}

static int receive_head(int sock, struct head *head, int *fd)
{
	struct iovec part = { head, sizeof *head };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
			    .msg_controllen = sizeof control.bytes };
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
			memcpy(fd, CMSG_DATA(c), sizeof *fd);
	if ((size_t)n < sizeof *head)
		return receive_all(sock, (char *)head + n, sizeof *head - (size_t)n) == 1 ? 1 : -1;
	return 1;
}

int message_receive(int sock, struct message *message, size_t max)
{
	struct head head;
	int ret;

	*message = (struct message){ .fd = -1 };
	ret = receive_head(sock, &head, &message->fd);
	if (ret <= 0)
		return ret;
	if (head.magic != MAGIC || head.size > max) {
		errno = head.magic != MAGIC ? EPROTO : EMSGSIZE;
		goto fail;
	}
	message->kind = (enum message_kind)head.kind;
	message->size = (size_t)head.size;
	message->payload = malloc(message->size + 1);
	if (!message->payload) {
		errno = ENOMEM;
		goto fail;
	}
	if (message->size && receive_all(sock, message->payload, message->size) != 1)
		goto fail;
	message->payload[message->size] = '\0';
	return 1;
fail:
	ret = errno;
	message_release(message);
	errno = ret;
	return -1;
}

void message_release(struct message *message)
{
	free(message->payload);
	if (message->fd >= 0)
		close(message->fd);
	*message = (struct message){ .fd = -1 };
}

char *message_error(const struct error *err, size_t *size)
{
	json_t *json = json_pack("{s:i,s:s?,s:s}", "reach", (int)err->reach, "reason", err->reason, "text", err->text);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	if (!text) /* a message that is no UTF-8 */
		text = mem_strdup("{\"reach\":1,\"reason\":\"other\",\"text\":\"\"}");
	*size = strlen(text);
	return text;
}

void message_parse_error(const char *payload, size_t size, struct error *err)
{
	json_t *json = json_loadb(payload, size, 0, NULL);
	const char *reason = json_string_value(json_object_get(json, "reason"));
	const char *text = json_string_value(json_object_get(json, "text"));
	json_int_t reach = json_integer_value(json_object_get(json, "reach"));

	if (reach < REACH_PAGE || reach > REACH_RUN)
		reach = REACH_PAGE;
	error_set(err, (enum reach)reach, reason_find(reason)->code, "%s", text ? text : "");
	for (char *p = err->text; *p; p++) /* a terminal obeys control characters */
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = ' ';
	json_decref(json);
}
