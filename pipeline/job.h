/*
 * job.h - how a job for a worker is written down (what message.h carries)
 */
#ifndef SOHOA_JOB_H
#define SOHOA_JOB_H

#include <stdbool.h>
#include <stddef.h>

struct page;

/* The request for one page. hash may be "" when the original has no name: then every page maps it anew. malloc'ed. */
char *job_page(const char *hash, const char *media, int file_page, size_t *size);

/* The request to part a dossier into papers, written page by page in the order of the run. */
struct job_papers;

struct job_papers *job_papers_new(const char *code, const char *title);
/* Of the page: file, file_page, secret (restricted) and what a person said (cut, said_type). text NULL: the page is lost, or restricted (its text is
 * nowhere). text is one line as page_save made it; copied. */
void job_papers_add(struct job_papers *job, const struct page *page, const char *text, size_t size);
/* The payload, malloc'ed; frees the job. */
char *job_papers_finish(struct job_papers *job, size_t *size);
void job_papers_free(struct job_papers *job); /* NULL is fine */

#endif
