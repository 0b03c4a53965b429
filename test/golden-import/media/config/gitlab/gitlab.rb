nginx["listen_port"] = 80
