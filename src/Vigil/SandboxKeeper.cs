using System.Runtime.InteropServices;

namespace Vigil;

/// <summary>
/// The process behind the hidden verb <c>vigil keeper</c>: makes the folder of a <see cref="Sandbox"/>, is told of its children, one a
/// line, and tidies up when the pipe closes, that is when its parent disposes the sandbox or is no more.
/// </summary>
public static class SandboxKeeper
{
    /// <summary>The verb that <c>Program.cs</c> hands to <see cref="Run"/>.</summary>
    public const string Verb = "keeper";

    /// <summary>Makes the folder, writes its path to standard output, and stays until <paramref name="orders"/> ends.</summary>
    /// <param name="orders">One child a line: its process id, a space, its start time.</param>
    /// <returns>0 when all is gone, 1 when something could not be removed; standard error then says what.</returns>
    public static int Run(TextReader orders)
    {
        ArgumentNullException.ThrowIfNull(orders);
        Posix.LeaveTerminal();
        // Only the end of the pipe ends a keeper: a signal meant for its parent must not end it before its work is due.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);

        var inventory = new SandboxInventory(Directory.CreateTempSubdirectory("vigil-").FullName);
        Console.Out.WriteLine(inventory.Folder);
        while (orders.ReadLine() is { } line) inventory.Children.Add(ProcessIdentity.Parse(line));
        try
        {
            inventory.TidyUp();
            return 0;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
