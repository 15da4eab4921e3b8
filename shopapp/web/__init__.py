"""The edge: access, htmx answers, commit, errors, headers, templates."""
