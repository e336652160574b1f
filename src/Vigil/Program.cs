using Vigil;

if (args is [SandboxKeeper.Verb]) return SandboxKeeper.Run(Console.In);
return 0;
