namespace Vigil;

/// <summary>The folder and the children of a <see cref="Sandbox"/>, and how to be rid of them.</summary>
sealed class SandboxInventory(string folder)
{
    static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    public string Folder { get; } = folder;

    public List<ProcessIdentity> Children { get; } = [];

    /// <summary>Asks the children to end, kills those that have not after five seconds, and deletes the folder.</summary>
    /// <exception cref="IOException">The folder could not be deleted.</exception>
    public void TidyUp()
    {
        foreach (var child in Children) child.Terminate();
        if (!Wait(() => Children.TrueForAll(child => !child.IsAlive)))
        {
            foreach (var child in Children) child.Kill();
            Wait(() => Children.TrueForAll(child => !child.IsAlive));
        }
        DeleteFolder();
    }

    // A process of a child's own may still be writing while it dies: then the folder is not empty when its turn comes, and is tried again.
    void DeleteFolder()
    {
        IOException? failure = null;
        bool deleted = Wait(() =>
        {
            try
            {
                if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
                return true;
            }
            catch (IOException error)
            {
                failure = error;
                return false;
            }
        });
        if (!deleted) throw new IOException($"The temporary folder {Folder} could not be deleted: {failure!.Message}", failure);
    }

    static bool Wait(Func<bool> reached)
    {
        for (int pauses = (int)(_patience / _pause); pauses > 0; pauses--)
        {
            if (reached()) return true;
            Thread.Sleep(_pause);
        }
        return reached();
    }
}
