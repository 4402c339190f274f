"""Links: numbered streams of events from one database to one receiver, over a lossy courier.

A message is `(origin, incarnation, link_no)`. The outbox is the record and NATS the courier, so
nothing here trusts an acknowledgement of the courier for more than economy (ADR 0060).
"""
