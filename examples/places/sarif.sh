armplan plan --base main... --hints . --output sarif=armplan.sarif
