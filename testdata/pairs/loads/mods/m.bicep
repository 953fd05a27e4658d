output t string = loadTextContent('note.txt')
