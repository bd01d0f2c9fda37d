"""What has to be shown: policies, their rules, and the gate they form together."""
