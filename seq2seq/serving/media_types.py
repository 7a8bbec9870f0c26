"""What the kinds of documents are called in the header Content-Type."""

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".po": "text/x-gettext-translation",
    ".pot": "text/x-gettext-translation-template",
    ".srt": "application/x-subrip",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".xlf": "application/xliff+xml",
    ".xliff": "application/xliff+xml",
}
