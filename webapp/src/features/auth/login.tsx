// The login page. It leaves as soon as somebody is logged in, here or in another tab.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { getMethods } from "@/api/methods";
import { Card, TEXT_LINK } from "./card";
import { LoginForm } from "./login-form";

export function Login() {
  const methods = useQuery(getMethods).data;
  return (
    <Card
      title="Log in"
      footer={
        <>
          <p>
            <Link to="/forgot" className={TEXT_LINK}>
              Forgot your password?
            </Link>
          </p>
          {methods?.registration === "open" && (
            <p>
              No account yet?{" "}
              <Link to="/register" className={TEXT_LINK}>
                Register
              </Link>
            </p>
          )}
        </>
      }
    >
      <LoginForm />
    </Card>
  );
}
