"""The gateway's side of FlexNet: what runs beside ocserv in the DMZ."""
