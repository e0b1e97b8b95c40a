"""What leaves the house on paper or as a file: exports as workbooks, official documents as Word and PDF.

Data → content → bytes: `roster`, `attendance_month`, `scorecard`, `case_file` make a `table.Book`; `explanation`, `leave_decision`,
`circular` make a `paper.Paper`. Both are plain values that say everything in words; `workbook`, `word` and `pdf` only draw them, so
that every form says the same. `gathering` asks the services for the data, `making` puts the parts together for whoever offers them."""
