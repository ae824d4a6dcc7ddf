//! Diagnostics as a person reads them: file, line, the text underlined, what was expected.
