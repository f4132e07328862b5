"""Referrals: asked for when they are earned, and followed until they are won (M5, M10.8)."""
