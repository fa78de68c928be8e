exec mono client.exe
