#include "pipeline/job.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/arena.h"
#include "pipeline/document.h"

char *job_page(const char *hash, const char *media, int file_page, size_t *size)
{
	json_t *json = json_pack("{s:s,s:s,s:i}", "original", hash, "media", media, "file_page", file_page);
	char *text = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	*size = strlen(text);
	return text;
}

struct job_papers {
	json_t *head, *pages;
	char *lines;
	size_t size, room;
};

struct job_papers *job_papers_new(const char *code, const char *title)
{
	struct job_papers *job = mem_alloc(sizeof *job);

	job->pages = json_array();
	job->head = json_pack("{s:s,s:s,s:o}", "code", code ? code : "", "title", title ? title : "", "pages", job->pages);
	return job;
}

void job_papers_add(struct job_papers *job, const struct page *page, const char *text, size_t size)
{
	json_array_append_new(job->pages, json_pack("{s:s,s:i,s:b,s:b,s:i,s:s*}", "file", page->file, "file_page", page->file_page, "lost",
						    !text && !page->secret, "restricted", page->secret, "cut", (int)page->cut, "type",
						    page->said_type));
	if (!text || page->secret)
		return;
	if (job->room - job->size < size + 1) {
		job->room = 2 * job->room + size + 1;
		job->lines = mem_realloc(job->lines, job->room);
	}
	memcpy(job->lines + job->size, text, size);
	job->size += size;
	if (!size || text[size - 1] != '\n')
		job->lines[job->size++] = '\n';
}

char *job_papers_finish(struct job_papers *job, size_t *size)
{
	char *head = json_dumps(job->head, JSON_COMPACT);
	size_t n = strlen(head);
	char *all = mem_realloc(head, n + 1 + job->size + 1);

	all[n++] = '\n';
	if (job->size)
		memcpy(all + n, job->lines, job->size);
	n += job->size;
	all[n] = '\0';
	*size = n;
	job_papers_free(job);
	return all;
}

void job_papers_free(struct job_papers *job)
{
	if (!job)
		return;
	json_decref(job->head);
	free(job->lines);
	free(job);
}
