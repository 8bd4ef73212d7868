"""The agent that imports modules and looks names up, as code that uses them would."""
