(writeln "Hello !!con 👋" (open-output-file "io.txt"))
