"""Files people have (subtitles, pages, string tables) to sentences and back; knows no model."""
