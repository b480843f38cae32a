// Makes a ticket that opens one socket in the name of who is logged in.
import { client, unwrap } from "@/api/client";

export function createTicket() {
  return unwrap(client.POST("/api/auth/tickets"));
}
