// discussionsDockBadge shows a text on the icon in the dock; an empty one removes it.
void discussionsDockBadge(const char *text);

// discussionsDockFollow makes a click on that icon call discussionsDockClicked while no window is in view, and the wish to quit
// discussionsDockQuit.
void discussionsDockFollow(void);
