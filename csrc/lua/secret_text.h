/* What is wrong with the text of a secret or a SID. It is often copied together with what stood around it. */
#ifndef TN_SECRET_TEXT_H
#define TN_SECRET_TEXT_H

/* In words that hold nothing of the text; NULL if nothing is wrong. A constant. */
const char *secret_text_problem(const char *text);

#endif
