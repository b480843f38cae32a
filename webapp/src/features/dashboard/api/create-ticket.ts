// A ticket for one WebSocket: browsers can't send a header with one, and a token does not belong into an address.
import { client, unwrap } from "@/api/client";

export async function createTicket(): Promise<string> {
  return (await unwrap(client.POST("/api/auth/tickets"))).ticket;
}
