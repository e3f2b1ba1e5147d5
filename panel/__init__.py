"""The Django app: panels, boards, clicks, and the way from a press to VICIdial and back."""
